/* How packed matrices lie: panels of columns, each holding pairs of rows, each pair all columns of the panel. */
#ifndef CK_ROW_PRODUCT_H
#define CK_ROW_PRODUCT_H

enum { CK_MOST_PANEL_COLUMNS = 32 };

/* Columns of a panel on the instruction set in use. */
int ck_panel_columns(void);

#endif
