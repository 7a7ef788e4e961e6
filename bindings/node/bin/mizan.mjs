#!/usr/bin/env node
// The `mizan` command. It stands outside of what is compiled, so that npm finds it before that is there.
import "../dist/command/main.js";
