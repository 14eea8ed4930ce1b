using System.Text.Json;

namespace Earshot.JetStream.Json;

/// <summary>
/// Converts enumerations of a record that preserves unknown fields. An unknown value is preserved with them, under the name of its field, so
/// that it is sent back unchanged. Dictionaries are copied and not modified, because copies of a record share them.
/// </summary>
internal static class EnumWords
{
    /// <summary>Returns the text to send; null for the server's default, and for an unknown value, which is sent as an unknown field.</summary>
    public static string? Write<T>(WordTable<T> words, T? value)
        where T : struct, Enum => value is { } set && !EqualityComparer<T>.Default.Equals(set, default) ? words.Find(set) : null;

    /// <summary>Returns the text to send where the value 0 is not the server's default.</summary>
    public static string? WriteAlways<T>(WordTable<T> words, T value)
        where T : struct, Enum => words.Find(value);

    /// <summary>Returns the value for a text, and the unknown fields, which contain the text when it is unknown.</summary>
    public static (T Value, IDictionary<string, JsonElement>? Extra) Read<T>(WordTable<T> words, string? word, IDictionary<string, JsonElement>? extra, string field)
        where T : struct, Enum
    {
        if (word is null || words.TryRead(word, out T value))
        {
            return (word is null ? default : Known(words, word), Forget(extra, field));
        }

        Dictionary<string, JsonElement> kept = extra is null ? new Dictionary<string, JsonElement>() : new Dictionary<string, JsonElement>(extra);
        kept[field] = Element(word);
        return (value, kept);
    }

    /// <summary>Returns the unknown fields without this one, whose value is now set.</summary>
    public static IDictionary<string, JsonElement>? Forget(IDictionary<string, JsonElement>? extra, string field)
    {
        if (extra is null || !extra.ContainsKey(field))
        {
            return extra;
        }

        var rest = new Dictionary<string, JsonElement>(extra);
        rest.Remove(field);
        return rest.Count == 0 ? null : rest;
    }

    private static T Known<T>(WordTable<T> words, string word)
        where T : struct, Enum
    {
        words.TryRead(word, out T value);
        return value;
    }

    private static JsonElement Element(string word)
    {
        using var document = JsonDocument.Parse($"\"{JsonEncodedText.Encode(word)}\"");
        return document.RootElement.Clone();
    }
}
