// Starts the shop's page. Its requests go to the app itself, before the page makes the first.
import "./transport";
import "../../../shop/web/src/main";
