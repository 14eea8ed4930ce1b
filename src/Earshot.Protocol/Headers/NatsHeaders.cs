using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Earshot.Protocol;
using Microsoft.Extensions.Primitives;

namespace Earshot;

/// <summary>
/// The headers of a message. Names are compared without regard to case, unless the headers were created as case-sensitive; case and order
/// of insertion are kept (ADR-4). Not thread-safe.
/// </summary>
/// <remarks>
/// Names and values are validated when they are added, so that the content is valid on the wire. Spaces and tabs around a value are not
/// part of it: receivers trim them. Received headers that were not changed are sent byte for byte, without their status.
/// </remarks>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "The name .NET users of NATS know.")]
public class NatsHeaders : INatsHeaders
{
    private const int MaxSearches = 2;
    private const int LargestKept = 1024;

    private HeaderEntries _entries;
    private byte[]? _block; // as received or as sent before, until something is changed; others may hold the same array
    private bool _isUnread; // the block is not parsed yet
    private byte _uses; // searches of the unread block, the third parses it; of others, how often they were sent as they are, up to the second
    private int _code;
    private string _messageText = string.Empty;
    private Messages _message;
    private bool _hasReplacedBytes;

    /// <summary>Initializes an empty collection of headers.</summary>
    public NatsHeaders()
        : this(caseSensitive: false)
    {
    }

    /// <summary>Initializes an empty collection of headers with a comparison of names.</summary>
    /// <param name="caseSensitive">Whether names that differ only in case are different names. With all other constructors they are not.</param>
    public NatsHeaders(bool caseSensitive) => _entries = new HeaderEntries(0, caseSensitive);

    /// <summary>Initializes headers with the content of a dictionary.</summary>
    /// <param name="store">The headers to copy; null: none. Values of names that differ only in case are combined under the first of them.</param>
    /// <exception cref="NatsInvalidHeaderException">A name or value is not allowed.</exception>
    public NatsHeaders(Dictionary<string, StringValues>? store)
    {
        _entries = new HeaderEntries(store?.Count ?? 0, isCaseSensitive: false);
        foreach ((string? key, StringValues value) in store ?? [])
        {
            HeaderRules.ThrowIfInvalid(key, value);
            _entries.AppendValues(key, value);
        }
    }

    /// <summary>Initializes an empty collection with a capacity.</summary>
    /// <param name="capacity">The initial number of names.</param>
    public NatsHeaders(int capacity) => _entries = new HeaderEntries(capacity, isCaseSensitive: false);

    /// <summary>Received headers: parsed at the first access. The block was checked and is never changed.</summary>
    internal NatsHeaders(byte[] block, bool isCaseSensitive)
    {
        (_entries, _block, _isUnread) = (new HeaderEntries(0, isCaseSensitive), block, true);
        IsUnchecked = true;
    }

    /// <summary>The status descriptions that a client acts on; any other description is <see cref="Text"/>.</summary>
    [SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "The name .NET users of NATS know.")]
    public enum Messages
    {
        /// <summary>No description, or one that is not in this list.</summary>
        Text = 0,
        /// <summary>The description "Idle Heartbeat" of a status.</summary>
        IdleHeartbeat = 1,
        /// <summary>The description "Bad Request" of a status.</summary>
        BadRequest = 2,
        /// <summary>The description "Consumer Deleted" of a status.</summary>
        ConsumerDeleted = 3,
        /// <summary>The description "Consumer is push based" of a status.</summary>
        ConsumerIsPushBased = 4,
        /// <summary>The description "No Messages" of a status.</summary>
        NoMessages = 5,
        /// <summary>The description "Request Timeout" of a status.</summary>
        RequestTimeout = 6,
        /// <summary>The description "Message Size Exceeds MaxBytes" of a status.</summary>
        MessageSizeExceedsMaxBytes = 7,
        /// <summary>The description "Requests Pending" of a status.</summary>
        RequestsPending = 8,
    }

    /// <summary>The version of the header block; always 1.</summary>
    public int Version { get; } = 1;

    /// <summary>The status code of a received message, such as 503; 0 where it has none. Never sent.</summary>
    public int Code { get => Read()._code; internal set => _code = value; }

    /// <summary>The status description of a received message; empty where it has none.</summary>
    public string MessageText { get => Read()._messageText; internal set => _messageText = value; }

    /// <summary>The status description as a known value.</summary>
    public Messages Message { get => Read()._message; internal set => _message = value; }

    /// <summary>Why the headers of a received message could not be read; null where they could.</summary>
    public NatsException? Error { get; internal set; }

    /// <summary>The subscription that received the message, for tracing; null: none, or headers of the application.</summary>
    [ForExtensions]
    internal object? Source { get; set; }

    /// <summary>The number of header names.</summary>
    public int Count => Read()._entries.Count;

    /// <summary>Whether the collection is read-only; always false.</summary>
    public bool IsReadOnly => false;

    /// <summary>The names, in order of insertion.</summary>
    public ICollection<string> Keys => Read()._entries.Keys();

    /// <summary>The values, in order of insertion.</summary>
    public ICollection<StringValues> Values => Read()._entries.Values();

    /// <summary>Some received value held bytes that are no UTF-8; they were replaced by U+FFFD.</summary>
    internal bool HasReplacedBytes { get => Read()._hasReplacedBytes; set => _hasReplacedBytes = value; }

    /// <summary>The whole block as it was received, or as these headers are sent repeatedly; null when something was changed.</summary>
    [ForExtensions]
    internal ReadOnlySpan<byte> UnchangedBlock => _block;

    /// <summary>Received and never validated: such headers are validated when they are sent on.</summary>
    internal bool IsUnchecked { get; private set; }

    /// <summary>The values of a name; empty where it is not there. Setting no value removes the name.</summary>
    /// <param name="key">The name. Where it is there in another case, that one is kept.</param>
    /// <exception cref="NatsInvalidHeaderException">The name or a value is not allowed.</exception>
    public StringValues this[string key]
    {
        get => TryGetValue(key, out StringValues value) ? value : StringValues.Empty;
        set
        {
            HeaderRules.ThrowIfInvalid(key, value);
            int index = IndexOf(key);
            Changed();
            if (value.Count == 0)
            {
                _entries.RemoveAt(index);
            }
            else if (index >= 0)
            {
                _entries[index] = value;
            }
            else
            {
                _entries.Append(key, value);
            }
        }
    }

    /// <summary>Adds a name with its values.</summary>
    /// <param name="key">The name, not there yet.</param>
    /// <param name="value">The values.</param>
    /// <exception cref="ArgumentException">The name is there already.</exception>
    /// <exception cref="NatsInvalidHeaderException">The name or a value is not allowed.</exception>
    public void Add(string key, StringValues value)
    {
        HeaderRules.ThrowIfInvalid(key, value);
        if (IndexOf(key) >= 0)
        {
            throw new ArgumentException($"The header '{key}' already exists.", nameof(key));
        }

        Changed();
        _entries.Append(key, value);
    }

    /// <inheritdoc cref="Add(string, StringValues)"/>
    /// <param name="item">The name and its values.</param>
    public void Add(KeyValuePair<string, StringValues> item) => Add(item.Key, item.Value);

    /// <summary>Removes all names and values.</summary>
    public void Clear()
    {
        Read();
        Changed();
        _entries.Clear();
    }

    /// <summary>Determines whether a name exists.</summary>
    /// <param name="key">The name.</param>
    /// <returns>True if the name exists.</returns>
    public bool ContainsKey(string key) => Search(key, out _) switch
    {
        HeaderSearch.Result.Found => true,
        HeaderSearch.Result.Absent => false,
        _ => IndexOf(key) >= 0,
    };

    /// <summary>Determines whether a name exists with exactly these values.</summary>
    /// <param name="item">The name and its values.</param>
    /// <returns>True if the name exists with these values.</returns>
    public bool Contains(KeyValuePair<string, StringValues> item) => TryGetValue(item.Key, out StringValues value) && StringValues.Equals(value, item.Value);

    /// <summary>Copies all names and values in order of insertion.</summary>
    /// <param name="array">The array to copy to.</param>
    /// <param name="arrayIndex">The index to start at.</param>
    public void CopyTo(KeyValuePair<string, StringValues>[] array, int arrayIndex)
    {
        ArgumentNullException.ThrowIfNull(array);
        foreach (KeyValuePair<string, StringValues> item in this)
        {
            array[arrayIndex++] = item;
        }
    }

    /// <summary>Removes a name with all its values.</summary>
    /// <param name="key">The name.</param>
    /// <returns>False where it was not there.</returns>
    public bool Remove(string key)
    {
        int index = IndexOf(key);
        if (index >= 0)
        {
            Changed();
        }

        return _entries.RemoveAt(index);
    }

    /// <summary>Removes a name when it has exactly these values.</summary>
    /// <param name="item">The name and its values.</param>
    /// <returns>False where it was not there.</returns>
    public bool Remove(KeyValuePair<string, StringValues> item) => Contains(item) && Remove(item.Key);

    /// <summary>Finds the values of a name.</summary>
    /// <param name="key">The name.</param>
    /// <param name="value">The values.</param>
    /// <returns>False where the name is not there.</returns>
    public bool TryGetValue(string key, out StringValues value)
    {
        HeaderSearch.Result found = Search(key, out ReadOnlySpan<byte> bytes);
        if (found != HeaderSearch.Result.Unknown)
        {
            value = found == HeaderSearch.Result.Found ? Encoding.ASCII.GetString(bytes) : StringValues.Empty;
            return found == HeaderSearch.Result.Found;
        }

        int index = IndexOf(key);
        value = index < 0 ? StringValues.Empty : _entries[index];
        return index >= 0;
    }

    /// <summary>Finds the last value of a name as UTF-8, without the spaces and tabs around it.</summary>
    /// <param name="key">The name.</param>
    /// <param name="utf8Value">The bytes of the value. They may be part of the received message; do not keep them longer than the headers.</param>
    /// <returns>False where the name is not there or has no value.</returns>
    /// <remarks>Allocates nothing for received headers in ASCII that were not changed; other values are encoded.</remarks>
    public bool TryGetUtf8Value(string key, out ReadOnlySpan<byte> utf8Value)
    {
        ArgumentNullException.ThrowIfNull(key);
        utf8Value = default;
        HeaderSearch.Result found = IsUnchecked && _block is { } block ? HeaderSearch.Find(block, key, _entries.IsCaseSensitive, out utf8Value) : HeaderSearch.Result.Unknown;
        if (found == HeaderSearch.Result.Unknown && TryGetLastValue(key, out string? value))
        {
            utf8Value = Encoding.UTF8.GetBytes(value);
            return true;
        }

        return found == HeaderSearch.Result.Found;
    }

    /// <summary>Finds the last value of a name.</summary>
    /// <param name="key">The name.</param>
    /// <param name="value">The last value.</param>
    /// <returns>False where the name is not there or has no value.</returns>
    public bool TryGetLastValue(string key, [NotNullWhen(true)] out string? value)
    {
        value = TryGetValue(key, out StringValues values) && values.Count > 0 ? values[^1] : null;
        return value is not null;
    }

    /// <summary>Returns the number of bytes of the headers on the wire, from <c>NATS/1.0</c> to the empty line.</summary>
    /// <param name="encoding">UTF-8, which is the only encoding on the wire, or null.</param>
    /// <returns>The number of bytes.</returns>
    public int GetBytesLength(Encoding? encoding = null) => HeaderCodec.Measure(this, encoding ?? Encoding.UTF8);

    /// <summary>Returns an enumerator over names and values in order of insertion.</summary>
    /// <returns>An enumerator that allocates nothing.</returns>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<KeyValuePair<string, StringValues>> IEnumerable<KeyValuePair<string, StringValues>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds a received value behind those of the same name, whatever it holds.</summary>
    internal void AppendReceived(string key, string value)
    {
        IsUnchecked = true;
        _entries.AppendValues(key, value);
    }

    /// <summary>They were sent as this block: who sends them again need not encode them again. One message alone keeps nothing.</summary>
    internal void KeepSent(ReadOnlySpan<byte> block)
    {
        if (_uses < 2 && ++_uses == 2 && !IsUnchecked && block.Length <= LargestKept && !_entries.HaveArrays())
        {
            _block = block.ToArray();
        }
    }

    /// <summary>Headers of the same content that do not change with these.</summary>
    internal NatsHeaders Copy()
    {
        if (IsUnchecked && _block is { } block)
        {
            return new NatsHeaders(block, _entries.IsCaseSensitive);
        }

        return new NatsHeaders(_entries.IsCaseSensitive) { _entries = _entries.Copy(), IsUnchecked = IsUnchecked };
    }

    // Several threads may read simultaneously, so concurrent first readers wait for the one that parses the block. The reading only
    // sets what is behind the properties: their getters would re-enter this method.
    private NatsHeaders Read()
    {
        if (!Volatile.Read(ref _isUnread))
        {
            return this;
        }

        // Locks itself: a lock object would be 40 bytes for each received message. Code that locks the headers too only waits a moment.
        lock (this)
        {
            if (_isUnread)
            {
                _entries = new HeaderEntries(HeaderCodec.CountLines(_block), _entries.IsCaseSensitive);
                HeaderCodec.Read(_block, this);
                Volatile.Write(ref _isUnread, false);
            }
        }

        return this;
    }

    private void Changed() => (_block, _uses) = (null, 0);

    // One or two names are found faster in the bytes than by reading all of them, and without an allocation for each.
    private HeaderSearch.Result Search(string key, out ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!Volatile.Read(ref _isUnread) || _block is not { } block || _uses >= MaxSearches)
        {
            value = default;
            return HeaderSearch.Result.Unknown;
        }

        _uses++;
        return HeaderSearch.Find(block, key, _entries.IsCaseSensitive, out value);
    }

    private int IndexOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Read();
        return _entries.Find(key);
    }

    /// <summary>Enumerates names and values in order of insertion. Invalid after a change of the headers.</summary>
    [SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "The name .NET users of NATS know.")]
    [SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Enumerators are not compared.")]
    public struct Enumerator : IEnumerator<KeyValuePair<string, StringValues>>
    {
        private readonly NatsHeaders _headers;
        private int _index;

        internal Enumerator(NatsHeaders headers)
        {
            _headers = headers.Read();
            _index = -1;
        }

        /// <summary>The current name and its values.</summary>
        public readonly KeyValuePair<string, StringValues> Current => new(_headers._entries.KeyAt(_index), _headers._entries[_index]);

        readonly object IEnumerator.Current => Current;

        /// <summary>Advances to the next name.</summary>
        /// <returns>False after the last name.</returns>
        public bool MoveNext() => ++_index < _headers._entries.Count;

        /// <summary>Resets the enumerator to before the first name.</summary>
        public void Reset() => _index = -1;

        /// <summary>Releases the enumerator; has no effect.</summary>
        public readonly void Dispose()
        {
        }
    }
}
