using System.Buffers;
using System.Text;
using Earshot.Protocol;
using Microsoft.Extensions.Primitives;

namespace Earshot;

/// <summary>
/// Reads a header block as it stands on the wire, for messages that are built by hand. Values are UTF-8, as ADR-4 has them;
/// the encoding that other clients let one choose must be UTF-8 or ASCII here.
/// </summary>
public sealed class NatsHeaderParser
{
    /// <summary>Makes a parser for UTF-8 values.</summary>
    public NatsHeaderParser()
    {
    }

    /// <summary>Makes a parser.</summary>
    /// <param name="encoding">UTF-8, or ASCII as a part of it.</param>
    /// <exception cref="NotSupportedException">Another encoding.</exception>
    public NatsHeaderParser(Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        if (encoding is not (UTF8Encoding or ASCIIEncoding))
        {
            throw new NotSupportedException($"Header values are encoded as UTF-8; '{encoding.WebName}' is not supported.");
        }
    }

    /// <summary>Adds what a block holds to headers.</summary>
    /// <param name="reader">The block, from its version line to its empty line.</param>
    /// <param name="headers">Where the headers go.</param>
    /// <returns>True; a block that cannot be read throws.</returns>
    /// <exception cref="NatsHeaderParseException">The block is not a header block.</exception>
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
