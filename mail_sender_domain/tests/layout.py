# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is wrong with the layout of a page, as a script that a browser evaluates."""

from __future__ import annotations

import json

#: A function of a CSS selector of the parts of the page to look at, and of whether text
#: may be cut off with an ellipsis. Returns a list of sentences.
FIND_PROBLEMS = """
((parts, mayCut) => {
    const problems = new Set();
    const describe = (el) => `${el.tagName.toLowerCase()}.${el.className}`;
    // The ribbon over a corner is clipped on purpose; the others are not ours.
    const skipped =
        ".ribbon, .o-mail-Chatter, .o_optional_columns_dropdown, .visually-hidden";
    const fields =
        "select, input:not([type]), input[type=text], input[type=number], " +
        "input[type=email], input[type=tel], input[type=url]";
    // A pixel more or less is nothing that anybody sees.
    const tolerance = 2;
    const getAncestors = (el) => {
        const ancestors = [];
        for (let at = el.parentElement; at; at = at.parentElement) {
            ancestors.push(at);
        }
        return ancestors;
    };
    // What a finger can push sideways may stick out, such as the tabs on a phone.
    const isPushed = (el) => {
        const at = getAncestors(el).find((ancestor) =>
            ["auto", "scroll"].includes(getComputedStyle(ancestor).overflowX)
        );
        return Boolean(at) && at.scrollWidth > at.clientWidth;
    };
    const isSeen = (el) =>
        el.checkVisibility({opacityProperty: true, visibilityProperty: true}) &&
        !el.closest(skipped);

    // ------------------------------------------------------------------ boxes

    const checkBox = (el) => {
        const box = el.getBoundingClientRect();
        if (!box.width || !box.height || el.closest(skipped)) {
            return;
        }
        const isOutside = box.right > innerWidth + 1 || box.left < -1;
        if (isOutside && !(el.closest(".o_notebook_headers") && isPushed(el))) {
            problems.add(`${describe(el)} sticks out`);
        }
        const isCut = el.scrollWidth > el.clientWidth + 1;
        if (!mayCut && isCut && getComputedStyle(el).textOverflow === "ellipsis") {
            problems.add(`${describe(el)} cuts off "${el.innerText}"`);
        }
        const isControl = el.matches("button, a[href]");
        const hasName = el.innerText || el.title || el.ariaLabel || el.dataset.tooltip;
        if (isControl && !hasName) {
            problems.add(`${describe(el)} has no name`);
        }
        const isLink = el.matches(".alert :is(.btn-link, a[href]:not(.btn))");
        if (isLink && getComputedStyle(el).textDecorationLine !== "underline") {
            problems.add(`nothing but its colour tells that ${describe(el)} is a link`);
        }
    };

    // ------------------------------------------------------------------- text

    const pen = document.createElement("canvas").getContext("2d");
    // What stands in a field of one line, and how wide that is.
    const measureField = (el) => {
        const isMenu = el.matches("select");
        const text = isMenu
            ? el.selectedOptions[0]?.text
            : el.value || el.placeholder;
        const style = getComputedStyle(el);
        // The shorthand is empty where the page sets more than fits into it.
        pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
        return {
            text: text || "",
            width: pen.measureText(text || "").width,
            room: el.clientWidth - padding,
            left: el.getBoundingClientRect().left + parseFloat(style.paddingLeft),
        };
    };
    // A menu of Odoo's cuts off what is chosen; opened, it shows the whole.
    const isMenu = (el) => el.matches(".o_select_menu_toggler");
    const checkField = (el) => {
        const {text, width, room} = measureField(el);
        if (!mayCut && !isMenu(el) && width > room + tolerance) {
            problems.add(`${describe(el)} cuts off "${text}"`);
        }
    };
    const cut = (box, edge) => {
        const left = Math.max(box.left, edge.left);
        const top = Math.max(box.top, edge.top);
        const right = Math.max(left, Math.min(box.right, edge.right));
        const bottom = Math.max(top, Math.min(box.bottom, edge.bottom));
        return new DOMRect(left, top, right - left, bottom - top);
    };
    // What cuts off text that is longer or scrolls it.
    const getEdges = (el) =>
        [el, ...getAncestors(el)]
            .filter((at) => getComputedStyle(at).overflowX !== "visible")
            .map((at) => at.getBoundingClientRect());
    // Each line of text: whose it is, where it is and what is seen of it, what it says.
    const getLines = (part) => {
        const lines = [];
        const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode;
            const el = node.parentElement;
            const text = node.data.trim();
            if (text && isSeen(el) && !el.matches("option, script, style")) {
                const range = document.createRange();
                range.selectNodeContents(node);
                const edges = getEdges(el);
                for (const box of range.getClientRects()) {
                    lines.push({el, box, seen: edges.reduce(cut, box), text});
                }
            }
        }
        for (const el of part.querySelectorAll(fields)) {
            const {text, width, room, left} = measureField(el);
            if (text && isSeen(el)) {
                const {top, height} = el.getBoundingClientRect();
                const box = new DOMRect(left, top, Math.min(width, room), height);
                lines.push({el, box, seen: getEdges(el).reduce(cut, box), text});
            }
        }
        return lines;
    };
    const isHidden = (overflow) => ["hidden", "clip"].includes(overflow);
    const isFramed = (style) =>
        parseFloat(style.borderLeftWidth) > 0 && parseFloat(style.borderRightWidth) > 0;
    // Text that ends at the edge of a box which hides the rest and cannot be scrolled,
    // or that leaves its frame.
    const checkCut = ({el, box, text}) => {
        let isClipped = false;
        for (const at of el.matches(fields) ? [] : [el, ...getAncestors(el)]) {
            const style = getComputedStyle(at);
            const edge = at.getBoundingClientRect();
            const isBeyond =
                box.right > edge.right + tolerance || box.left < edge.left - tolerance;
            const isCutAcross =
                isHidden(style.overflowX) &&
                style.textOverflow !== "ellipsis" &&
                isBeyond;
            const isCutBelow =
                isHidden(style.overflowY) &&
                // The space above and below the letters may be hidden.
                box.bottom - edge.bottom > box.height / 4;
            if (isCutAcross || isCutBelow) {
                problems.add(`${describe(at)} hides the end of "${text}"`);
                return;
            }
            isClipped ||= isHidden(style.overflowX);
            if (isFramed(style) && isBeyond && !isClipped) {
                problems.add(`"${text}" leaves the frame of ${describe(at)}`);
                return;
            }
            if ([style.overflowX, style.overflowY].includes("auto")) {
                return;
            }
        }
    };
    // Whether two lines of text run into each other, as people see it: letters fill
    // about half of the height of their box, and buttons that touch look like one.
    const getControl = ({el}) => el.closest("button, a[href]");
    const isOver = (one, other) => {
        const controls = new Set([getControl(one), getControl(other)]);
        const isPair = controls.size === 2 && !controls.has(null);
        const across =
            Math.min(one.seen.right, other.seen.right) -
            Math.max(one.seen.left, other.seen.left);
        const down =
            Math.min(one.seen.bottom, other.seen.bottom) -
            Math.max(one.seen.top, other.seen.top);
        return (
            across > (isPair ? -2 * tolerance : tolerance) &&
            down > Math.min(one.box.height, other.box.height) / 2
        );
    };
    const checkOverlap = (lines) => {
        lines.sort((one, other) => one.seen.top - other.seen.top);
        lines.forEach((one, index) => {
            for (let next = index + 1; next < lines.length; next++) {
                const other = lines[next];
                if (other.seen.top > one.seen.bottom) {
                    break;
                }
                if (one.el !== other.el && isOver(one, other)) {
                    problems.add(`"${one.text}" and "${other.text}" overlap`);
                }
            }
        });
    };

    // -------------------------------------------------------------- the page

    if (document.documentElement.scrollWidth > innerWidth) {
        problems.add("the page scrolls sideways");
    }
    for (const part of document.querySelectorAll(parts)) {
        [...part.querySelectorAll("*")].forEach(checkBox);
        [...part.querySelectorAll(fields)].filter(isSeen).forEach(checkField);
        const lines = getLines(part);
        lines.forEach(checkCut);
        checkOverlap(lines);
    }
    return [...problems];
})(%s, %s)
"""


def find_problems(parts: str, may_cut: bool = False) -> str:
    """Return the script that looks at parts of a page.

    :param parts: a CSS selector
    :param may_cut: whether text may be cut off, with an ellipsis
    """
    return FIND_PROBLEMS % (json.dumps(parts), json.dumps(may_cut))
