//! The shaded table.

use crate::locale::texts;

texts! {
    FROM_TO = { en: "from ↓ to →", sv: "från ↓ till →", nb: "fra ↓ til →", de: "von ↓ zu →" };
}
