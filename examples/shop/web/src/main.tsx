// Starts the page.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { recordActivity } from "./activity/activity";
import { Shell } from "./Shell";
import "./style.css";

// What Mizan invalidates is fetched anew at once; half a minute is for what others change.
const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000 } } });

recordActivity();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Shell />
    </QueryClientProvider>
  </StrictMode>,
);
