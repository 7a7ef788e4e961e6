// Builds the shop's page for the window: all of it is `examples/shop/web`, but for what starts it.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  publicDir: "../../shop/web/public",
});
