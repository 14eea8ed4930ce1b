using System.Text;
using Earshot.Server.Clients;

namespace Earshot.Server.Views;

/// <summary>
/// The last published messages, oldest first. Thread-safe. A new message reuses the memory of the one that it evicts, so that keeping
/// messages allocates nothing once the log is full; objects are created when the log is read.
/// </summary>
internal sealed class PublishedLog(int capacity)
{
    private const int SmallestBuffer = 256;

    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private int _oldest;

    public IReadOnlyList<NatsTestServerMessage> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries[_oldest..].Concat(_entries[.._oldest]).Select(static entry => entry.ToMessage())];
            }
        }
    }

    public void Add(ClientConnection publisher, in RoutedMessage message)
    {
        lock (_lock)
        {
            if (_entries.Count < capacity)
            {
                _entries.Add(new Entry());
                _entries[^1].Set(publisher.Id, message);
                return;
            }

            _entries[_oldest].Set(publisher.Id, message);
            _oldest = (_oldest + 1) % capacity;
        }
    }

    private sealed class Entry
    {
        private byte[] _bytes = [];
        private long _clientId;
        private int _replyTo;
        private int _headers;
        private int _payload;
        private int _end;

        public void Set(long clientId, in RoutedMessage message)
        {
            _clientId = clientId;
            _replyTo = message.Subject.Length;
            _headers = _replyTo + message.ReplyTo.Length;
            _payload = _headers + message.Headers.Length;
            _end = _payload + message.Payload.Length;

            // One large message must not hold its memory for all the small ones that follow.
            if (_bytes.Length < _end || _bytes.Length / 8 > Math.Max(SmallestBuffer, _end))
            {
                _bytes = new byte[Math.Max(SmallestBuffer, _end)];
            }

            message.Subject.CopyTo(_bytes);
            message.ReplyTo.CopyTo(_bytes.AsSpan(_replyTo));
            message.Headers.CopyTo(_bytes.AsSpan(_headers));
            message.Payload.CopyTo(_bytes.AsSpan(_payload));
        }

        public NatsTestServerMessage ToMessage() => new(
            Encoding.UTF8.GetString(_bytes, 0, _replyTo),
            _headers == _replyTo ? null : Encoding.UTF8.GetString(_bytes, _replyTo, _headers - _replyTo),
            _bytes.AsSpan(_headers.._payload).ToArray(),
            _bytes.AsSpan(_payload.._end).ToArray(),
            _clientId);
    }
}
