namespace Earshot.JetStream.Json;

/// <summary>The texts of one enumeration in the protocol. The value 0 is the server's default, -1 a text that is not in the table.</summary>
internal sealed class WordTable<T>(params (T Value, string Word)[] entries)
    where T : struct, Enum
{
    /// <summary>Returns the text of a value; null for a value that has none.</summary>
    public string? Find(T value)
    {
        foreach ((T known, string word) in entries)
        {
            if (EqualityComparer<T>.Default.Equals(known, value))
            {
                return word;
            }
        }

        return null;
    }

    public bool TryRead(string word, out T value)
    {
        foreach ((T known, string text) in entries)
        {
            if (text == word)
            {
                value = known;
                return true;
            }
        }

        value = (T)Enum.ToObject(typeof(T), -1);
        return false;
    }
}
