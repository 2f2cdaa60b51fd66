/* Copying, times of the reader's clock, and buttons that are pressed once. */

async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        // Without HTTPS, or when it is not allowed, there is the old way.
        const area = document.createElement("textarea");
        area.value = text;
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
    }
}

document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
        await copy(button.dataset.copy);
        button.textContent = button.dataset.done;
    }
});

document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("button");
    button.disabled = true;
    button.textContent = button.dataset.busy ?? button.textContent;
});

document.addEventListener("DOMContentLoaded", () => {
    for (const time of document.querySelectorAll("time")) {
        time.textContent = new Date(time.dateTime).toLocaleString(
            document.documentElement.lang
        );
    }
});
