using System.Runtime.InteropServices;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>What stands before the bytes of a waiting message: how long its parts are.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly struct QueuedHeader
{
    /// <summary>Bytes of a head.</summary>
    public const int Size = 12;

    /// <summary>Stands where no message has room: the next one stands at the start of the ring. No subject is that long.</summary>
    public const ushort EndMark = ushort.MaxValue;

    private readonly ushort _subject;
    private readonly ushort _replyTo;
    private readonly int _headers;
    private readonly int _payload;

    private const int Overflow = int.MinValue; // a length needs all bits but the sign

    public QueuedHeader(in ServerOperation message, bool isLiteral, bool isOverflow)
    {
        _subject = isLiteral ? (ushort)0 : (ushort)message.Subject.Length;
        _replyTo = (ushort)message.ReplyTo.Length;
        _headers = message.Headers.Length | (isOverflow ? Overflow : 0);
        _payload = message.Payload.Length;
    }

    /// <summary>0: the subject of the subscription itself.</summary>
    public int Subject => _subject;

    /// <summary>0: none.</summary>
    public int ReplyTo => _replyTo;

    public int Headers => _headers & ~Overflow;

    public int Payload => _payload;

    /// <summary>Bytes of headers and payload.</summary>
    public int Content => Headers + _payload;

    /// <summary>Headers and payload wait in an array of their own.</summary>
    public bool IsOverflow => _headers < 0;

    /// <summary>Bytes of head and parts that stand in the ring.</summary>
    public int Length => Size + _subject + _replyTo + (IsOverflow ? 0 : Content);
}
