/** Stands in a bundle for a module that nothing uses. */
export default undefined;
