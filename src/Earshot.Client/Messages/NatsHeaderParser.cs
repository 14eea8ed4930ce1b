using System.Buffers;
using System.Text;
using Earshot.Protocol;
using Microsoft.Extensions.Primitives;

namespace Earshot;

/// <summary>Parses header blocks in their wire format, for messages that an application builds itself. Values are UTF-8 (ADR-4).</summary>
public sealed class NatsHeaderParser
{
    /// <summary>Initializes a parser for UTF-8 values.</summary>
    public NatsHeaderParser()
    {
    }

    /// <summary>Initializes a parser with an encoding, which must be UTF-8 or ASCII.</summary>
    /// <param name="encoding">UTF-8, or ASCII as a subset of it.</param>
    /// <exception cref="NotSupportedException">The encoding is neither UTF-8 nor ASCII.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="encoding"/> is null.</exception>
    public NatsHeaderParser(Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        if (encoding is not (UTF8Encoding or ASCIIEncoding))
        {
            throw new NotSupportedException($"Header values are encoded as UTF-8; '{encoding.WebName}' is not supported.");
        }
    }

    /// <summary>Parses a header block and adds its headers to a collection.</summary>
    /// <param name="reader">The block, from its version line to its empty line.</param>
    /// <param name="headers">The headers to add to.</param>
    /// <returns>Always true; a block that cannot be parsed throws.</returns>
    /// <exception cref="NatsHeaderParseException">The block is not a valid header block.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="headers"/> is null.</exception>
    public bool ParseHeaders(SequenceReader<byte> reader, NatsHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        foreach (KeyValuePair<string, StringValues> header in Parse(reader.UnreadSequence))
        {
            headers.Add(header);
        }

        return true;
    }

#pragma warning disable CA1822 // an instance belongs to the shape .NET users know
    internal NatsHeaders Parse(in ReadOnlySequence<byte> block) =>
        HeaderCodec.Parse(block.IsSingleSegment ? block.FirstSpan : block.ToArray());
#pragma warning restore CA1822
}
