// Where Node finds a module of selenium-webdriver that its types have under another name.
declare module "selenium-webdriver/http/index.js" {
  export * from "selenium-webdriver/http.js";
}
