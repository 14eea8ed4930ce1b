using System.Buffers;
using System.Text;
using Earshot.Protocol;
using Microsoft.Extensions.Primitives;

namespace Earshot;

/// <summary>
/// Reads a header block as it stands on the wire, for messages that are built by hand. Values are UTF-8, as ADR-4 has them;
/// the encoding that other clients let one choose must be UTF-8 or ASCII here.
/// </summary>
public class NatsHeaderParser
{
    /// <summary>Makes a parser for UTF-8 values.</summary>
    public NatsHeaderParser()
    {
    }

    /// <summary>Makes a parser.</summary>
    /// <param name="encoding">UTF-8, or ASCII as a part of it.</param>
    /// <exception cref="NotSupportedException">Another encoding.</exception>
    public NatsHeaderParser(Encoding encoding)
        : this(encoding, caseSensitiveHeaders: false)
    {
    }

    /// <summary>Makes a parser.</summary>
    /// <param name="encoding">UTF-8, or ASCII as a part of it.</param>
    /// <param name="caseSensitiveHeaders">Names that differ in case only are different names.</param>
    /// <exception cref="NotSupportedException">Another encoding.</exception>
    public NatsHeaderParser(Encoding encoding, bool caseSensitiveHeaders)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        if (encoding is not (UTF8Encoding or ASCIIEncoding))
        {
            throw new NotSupportedException($"Header values are UTF-8 on the wire; '{encoding.WebName}' would not be read by other clients.");
        }

        CaseSensitiveHeaders = caseSensitiveHeaders;
    }

    /// <summary>Names that differ in case only are different names. Default: false.</summary>
    public bool CaseSensitiveHeaders { get; }

    /// <summary>Adds what a block holds to headers, its status included.</summary>
    /// <param name="reader">The block, from its version line to its empty line.</param>
    /// <param name="headers">Where the headers go.</param>
    /// <returns>True; a block that cannot be read throws.</returns>
    /// <exception cref="NatsHeaderParseException">The block is not a header block.</exception>
    public bool ParseHeaders(SequenceReader<byte> reader, NatsHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        NatsHeaders read = Parse(reader.UnreadSequence);
        foreach (KeyValuePair<string, StringValues> header in read)
        {
            headers.Add(header);
        }

        (headers.Code, headers.MessageText, headers.Message) = (read.Code, read.MessageText, read.Message);

        return true;
    }

    internal NatsHeaders Parse(in ReadOnlySequence<byte> block) =>
        HeaderCodec.Parse(block.IsSingleSegment ? block.FirstSpan : block.ToArray(), CaseSensitiveHeaders);
}
