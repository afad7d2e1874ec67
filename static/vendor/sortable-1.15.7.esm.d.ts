// The types of the vendored module, for the type check alone.
export { default } from "sortablejs";
