import { configure } from "@testing-library/react";

// A busy machine may take longer than the second that is usual.
configure({ asyncUtilTimeout: 20_000 });
