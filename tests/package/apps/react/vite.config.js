// Vite's own plugin for React leaves this warning out, too: "use client" is for frameworks that render on a server.
export default {
  build: {
    rolldownOptions: {
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
    },
  },
};
