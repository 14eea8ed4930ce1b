using Microsoft.Extensions.Primitives;

namespace Earshot.Protocol;

/// <summary>
/// The names and values of headers in order of insertion. Messages have few headers: a short array is faster than a hash table, and keeps
/// the order. A mutable value: it lies in a field and is never copied. It checks nothing.
/// </summary>
internal struct HeaderEntries(int capacity, bool isCaseSensitive)
{
    private readonly StringComparison _comparison = isCaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
    private Entry[] _entries = capacity == 0 ? [] : new Entry[capacity];

    public int Count { get; private set; }

    public readonly bool IsCaseSensitive => _comparison == StringComparison.Ordinal;

    public readonly ref StringValues this[int index] => ref _entries[index].Value;

    public readonly string KeyAt(int index) => _entries[index].Key;

    public readonly string[] Keys() => Array.ConvertAll(_entries[..Count], static entry => entry.Key);

    public readonly StringValues[] Values() => Array.ConvertAll(_entries[..Count], static entry => entry.Value);

    /// <summary>Whether a value is an array, which its owner may change without these noticing.</summary>
    public readonly bool HaveArrays()
    {
        for (int i = 0; i < Count; i++)
        {
            // A single string becomes an array of its own each time.
            StringValues values = _entries[i].Value;
            if (values.Count > 1 || (values.Count == 1 && ReferenceEquals(values.ToArray(), values.ToArray())))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>-1 where the name is not there.</summary>
    public readonly int Find(string key)
    {
        for (int i = 0; i < Count; i++)
        {
            if (string.Equals(_entries[i].Key, key, _comparison))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The same entries in an array of their own.</summary>
    public readonly HeaderEntries Copy()
    {
        HeaderEntries copy = this;
        copy._entries = _entries[..Count];
        return copy;
    }

    public void Append(string key, StringValues value)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(4, Count * 2));
        }

        _entries[Count++] = new Entry { Key = key, Value = value };
    }

    /// <summary>Appends the values to those of the same name, or a new name.</summary>
    public void AppendValues(string key, StringValues value)
    {
        int index = Find(key);
        if (index >= 0)
        {
            _entries[index].Value = StringValues.Concat(_entries[index].Value, value);
        }
        else
        {
            Append(key, value);
        }
    }

    /// <summary>False where <paramref name="index"/> is below zero: the name was not there.</summary>
    public bool RemoveAt(int index)
    {
        if (index < 0)
        {
            return false;
        }

        Count--;
        Array.Copy(_entries, index + 1, _entries, index, Count - index);
        _entries[Count] = default;
        return true;
    }

    public void Clear()
    {
        Array.Clear(_entries, 0, Count);
        Count = 0;
    }

    private struct Entry
    {
        public string Key;
        public StringValues Value;
    }
}
