import { DirectionProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import "./styles.ts";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    {/* It follows the document's direction, which the language sets. */}
    <DirectionProvider initialDirection={document.documentElement.dir === "rtl" ? "rtl" : "ltr"}>
      <App />
    </DirectionProvider>
  </StrictMode>,
);
