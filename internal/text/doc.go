// Package text finds Chinese text (全文检索): it cuts text into tokens, keeps a full-text index in the writer's
// transaction on both databases, parses what people type into a search box, marks hits, and measures how alike two
// texts are.
//
// Tokens are overlapping pairs of Chinese characters, so that a search for any word finds every text that contains it,
// without a dictionary: 路灯不亮 is indexed as 路灯 灯不 不亮 亮, and a search for 灯不亮 is the phrase 灯不 不亮. The
// lone last character lets a search for one character be a search for tokens that begin with it.
//
// An index keeps no text, only which tokens stand in which document. The centre, the index name and the scopes of a
// document (such as its unit) are hashed into further tokens that every search demands, so the engine itself never
// looks at another centre's documents. Document ids are numbers of package id: newer documents have greater ones, and
// results come newest first.
//
// SQLite: an FTS5 table without content. Writing one document at a time would make a segment of the index for each, so
// Put appends to a short list (the tail) which every 256th Put moves into the index at once; a search looks at both.
//
// PostgreSQL: tsvector with a GIN index. A frequent word has too many hits to sort, and one that only old documents have is
// too far back to meet by walking, so Search walks the newest documents and then goes back by spans of ids (postgres.go).
//
// A document may have fields (标题, 地址): the tokens of a field stand in it once more under the field's mark, so that
// 标题:路灯 is a search for marked tokens, as fast as any other.
package text

import "embed"

// Migrations is the schema of this package.
//
//go:embed migrations/*.sql
var Migrations embed.FS
