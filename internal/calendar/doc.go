// Package calendar says which days are working days (工作日) and when a limit (时限) ends. It is the only package that
// computes a deadline.
//
// # Days
//
// The answer for one day comes from the first layer that lists it: county (县), prefecture (州), national (国务院办公厅
// 放假通知, with make-up days 调休), and, where none does, the weekly pattern Monday to Friday. A national notice for a
// year may list days of the December before it, so a day is looked up in the file of its own year and in that of the
// next. Local holidays have the force of law: 全国年节及纪念日放假办法 art. 4 leaves the festivals of national minorities
// to local government, and 临夏回族自治州 has its founding day on 19 November.
//
// A year without a published national notice is computed with the weekly pattern and every answer that needed it is
// marked provisional (暂定). Nothing is refused for it.
//
// # Limits
//
// A Limit is counted in working days, working minutes, natural minutes or natural days. The day of the event is never
// counted (民法典 art. 201); a limit in natural days may be moved to the next working day when it ends on a day off
// (民法典 art. 203). Limits in days and limits in minutes never convert into one another.
//
// # Values and storage
//
// A Calendar is an immutable value, safe for concurrent use, built by New from layers and office hours. Module keeps
// the layers in the database as revisions (版本) that are never edited, only superseded, each with the document that it
// rests on; Module.For gives the current Calendar of an area at the cost of one small SELECT. When a revision is
// published the followers registered with Module.OnChange run in the same transaction, so that open limits can be
// projected anew; what that changed is kept in the journal. Closed limits never change.
package calendar
