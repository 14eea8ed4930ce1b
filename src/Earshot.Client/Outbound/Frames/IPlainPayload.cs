namespace Earshot.Outbound;

/// <summary>What follows the head of a message on the fast path. Implemented by structures only, so that each has code of its own.</summary>
internal interface IPlainPayload
{
    /// <summary>Length of the header block; 0 without headers.</summary>
    int HeadersLength { get; }

    /// <summary>Length of header block and payload.</summary>
    int Length { get; }

    /// <summary>Writes both into a span of <see cref="Length"/> bytes. False: they have another length, and nothing counts of what was written.</summary>
    bool TryWrite(Span<byte> target);
}
