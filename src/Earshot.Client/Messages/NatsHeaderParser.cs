using System.Buffers;
using System.Text;
using Earshot.Protocol;
using Microsoft.Extensions.Primitives;

namespace Earshot;

/// <summary>Parses header blocks in their wire format, for messages that an application builds itself. Values are UTF-8 (ADR-4).</summary>
public class NatsHeaderParser
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
        : this(encoding, caseSensitiveHeaders: false)
    {
    }

    /// <summary>Initializes a parser with an encoding, which must be UTF-8 or ASCII, and the comparison of names.</summary>
    /// <param name="encoding">UTF-8, or ASCII as a subset of it.</param>
    /// <param name="caseSensitiveHeaders">Whether header names that differ only in case are different names.</param>
    /// <exception cref="NotSupportedException">The encoding is neither UTF-8 nor ASCII.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="encoding"/> is null.</exception>
    public NatsHeaderParser(Encoding encoding, bool caseSensitiveHeaders)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        if (encoding is not (UTF8Encoding or ASCIIEncoding))
        {
            throw new NotSupportedException($"Header values are encoded as UTF-8; '{encoding.WebName}' is not supported.");
        }

        CaseSensitiveHeaders = caseSensitiveHeaders;
    }

    /// <summary>Whether header names that differ only in case are different names. Default: false.</summary>
    public bool CaseSensitiveHeaders { get; }

    /// <summary>Parses a header block and adds its headers and its status to a collection.</summary>
    /// <param name="reader">The block, from its version line to its empty line.</param>
    /// <param name="headers">The headers to add to.</param>
    /// <returns>Always true; a block that cannot be parsed throws.</returns>
    /// <exception cref="NatsHeaderParseException">The block is not a valid header block.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="headers"/> is null.</exception>
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
