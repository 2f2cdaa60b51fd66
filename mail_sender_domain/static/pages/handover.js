/* Copying, times of the reader's clock, buttons that are pressed once, and a check whose
   end is waited for. */

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

function showTimes() {
    for (const time of document.querySelectorAll("time")) {
        time.textContent = new Date(time.dateTime).toLocaleString(
            document.documentElement.lang
        );
    }
}

/* Show what became of a check; what the reader writes below is left alone. */
async function showNews(live) {
    let pause = 0;
    try {
        const response = await fetch(location.href);
        if (response.ok) {
            const page = new DOMParser().parseFromString(
                await response.text(),
                "text/html"
            );
            live.replaceWith(page.querySelector(".ms-live"));
            showTimes();
        } else {
            pause = 1000 * (response.headers.get("Retry-After") ?? 0);
        }
    } catch {
        // The network may come back.
    }
    setTimeout(awaitNews, pause);
}

function awaitNews() {
    const live = document.querySelector(".ms-live[data-poll]");
    if (live) {
        setTimeout(() => showNews(live), Number(live.dataset.poll));
    }
}

document.addEventListener("DOMContentLoaded", () => {
    showTimes();
    awaitNews();
});
