/*
 * Words that say little about what is wanted: function words of English, Indonesian, German,
 * French, Dutch, Spanish and Arabic (romanised and in script), and words with which people put a
 * question. Folded, sorted by their bytes.
 */
#include "merge/rank_plan.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = {"a", "aan", "aber", "about", "ada", "adalah", "after", "agar",
    "akan", "aku", "al", "ala", "algunos", "ali", "all", "als", "also", "am", "an", "and", "ani",
    "antara", "ante", "antes", "any", "apa", "are", "article", "articles", "as", "at", "atas",
    "atau", "au", "auch", "auf", "aus", "aux", "avec", "bagaimana", "bagi", "bahwa", "be",
    "beberapa", "been", "bei", "being", "between", "bi", "bij", "bila", "bin", "bis", "boleh",
    "both", "bukan", "but", "by", "can", "ce", "ces", "cette", "chez", "comme", "como", "con",
    "concerning", "contra", "could", "cual", "cuando", "d", "dalam", "dan", "dans", "dapat", "dari",
    "daripada", "das", "dass", "dat", "de", "del", "dem", "den", "dengan", "der", "des", "describe",
    "desde", "deux", "deze", "di", "dia", "did", "die", "discuss", "discussing", "discussion",
    "dit", "do", "does", "donde", "dont", "door", "du", "durch", "each", "een", "ein", "eine",
    "einem", "einen", "einer", "eines", "either", "el", "ella", "elle", "elles", "ellos", "en",
    "entre", "er", "era", "es", "est", "esta", "este", "et", "fi", "for", "from", "fue", "fur",
    "gegen", "ha", "had", "hadha", "hal", "hanya", "harus", "has", "hat", "have", "having", "hay",
    "he", "her", "het", "hij", "hingga", "his", "hoe", "how", "hun", "huwa", "i", "ia", "ialah",
    "ibn", "ich", "if", "ihr", "ik", "il", "ila", "ils", "im", "in", "information", "ini",
    "interest", "interested", "into", "is", "ist", "it", "its", "itu", "je", "jika", "juga", "just",
    "kami", "kamu", "kan", "karena", "ke", "kein", "kepada", "kita", "kitab", "l", "la", "lain",
    "las", "le", "lebih", "les", "leur", "leurs", "li", "like", "lo", "los", "lui", "ma", "maa",
    "mais", "maka", "man", "mana", "mas", "masih", "may", "me", "meme", "mengapa", "mengenai",
    "mereka", "merupakan", "met", "min", "mit", "more", "most", "much", "must", "my", "naar",
    "nach", "namun", "ne", "nicht", "niet", "no", "noch", "nog", "nor", "not", "nous", "nur", "o",
    "oder", "of", "ohne", "oleh", "om", "on", "onder", "one", "ook", "op", "or", "other", "ou",
    "our", "out", "over", "own", "pada", "paper", "papers", "par", "para", "pas", "pero", "plus",
    "por", "pour", "qu", "que", "qui", "related", "relating", "sa", "saat", "saja", "same", "sang",
    "sangat", "sans", "saya", "se", "sebagai", "sebuah", "secara", "segun", "sehingga", "sein",
    "seine", "seorang", "seperti", "ser", "serta", "ses", "setelah", "shall", "she", "should", "si",
    "sich", "sie", "sin", "sind", "so", "sobre", "some", "son", "sont", "sous", "su", "suatu",
    "such", "sudah", "supaya", "sur", "sus", "tambien", "tanpa", "te", "telah", "tentang",
    "terhadap", "tersebut", "tetapi", "than", "that", "the", "their", "them", "then", "there",
    "these", "they", "this", "those", "through", "tiap", "tidak", "to", "too", "tot", "uber", "uit",
    "um", "un", "una", "und", "under", "une", "uno", "unter", "untuk", "up", "upon", "us", "uw",
    "van", "vers", "very", "vom", "von", "voor", "vor", "vous", "wa", "war", "was", "wat", "we",
    "wenn", "werden", "were", "what", "when", "where", "which", "while", "who", "whom", "whose",
    "why", "wie", "will", "wird", "with", "within", "without", "would", "y", "ya", "yaitu", "yakni",
    "yang", "you", "your", "zich", "zijn", "zu", "zum", "zur", "التي", "الذي", "الي", "ان", "علي",
    "عن", "في", "كتاب", "لا", "ما", "من", "هذا", "هذه", "هو", "هي", "و"};

static int compare_words(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

bool rank_is_common(const char *word)
{
	return bsearch(word, words, sizeof words / sizeof *words, sizeof *words, compare_words);
}
