import {FormErrorDialog} from "@web/views/form/form_error_dialog/form_error_dialog";
import {GuideLink} from "../guide_link/guide_link";
import {WarningDialog} from "@web/core/errors/error_dialogs";
import {patch} from "@web/core/utils/patch";

/**
 * A dialog that refuses something shows which part of the guide helps: that which our
 * errors name. Where Odoo itself refuses, on a model of ours, it is the whole guide.
 */
const showGuide = () => ({
    get guideSection() {
        const {data, model} = this.props;
        const isOurs = model?.startsWith("mail.sender.");
        return data?.context?.sender_guide || (isOurs ? "contents" : "");
    },
});

for (const dialog of [WarningDialog, FormErrorDialog]) {
    patch(dialog, {components: {...dialog.components, GuideLink}});
    patch(dialog.prototype, showGuide());
}
