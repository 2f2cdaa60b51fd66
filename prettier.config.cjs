/** @type {import("prettier").Config} */
module.exports = {
    bracketSpacing: false,
    // The plugin lives beside prettier, which may be outside the checkout.
    plugins: [require.resolve("@prettier/plugin-xml")],
    printWidth: 88,
    proseWrap: "always",
    semi: true,
    trailingComma: "es5",
    xmlWhitespaceSensitivity: "preserve",
};
