// Package learn teaches a linear classifier (线性文本分类器) of Chinese texts from examples: which of a set of labels a
// text carries, with what probability, and which words spoke for it. It knows no word of any domain.
//
// A text becomes features: single characters, pairs and triples of them, words and pairs of words, and facts with their
// pairs. Each feature weighs by how often it occurs here and how few texts have it (TF-IDF). One support vector machine
// (支持向量机) a label is trained by dual coordinate descent; margins of texts that were held back in turn fit the
// probabilities (calibration, 校准). Everything is computed in one order with one seed, so the same examples give the
// same file, byte for byte.
//
// Where examples come already cut into words, as corpora without stop words do, the words become the model's lexicon
// (词表), and texts that are not cut are cut by it first, so that both look the same to the features.
package learn
