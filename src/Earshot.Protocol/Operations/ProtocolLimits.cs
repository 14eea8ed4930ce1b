namespace Earshot.Protocol;

/// <summary>
/// The sizes beyond which a reader stops to believe its peer. Says nothing about what the server has granted (max_payload).
/// </summary>
internal sealed record ProtocolLimits
{
    /// <summary>64 KiB control lines, 1 MiB INFO, 1 MiB of headers, 64 MiB messages.</summary>
    public static ProtocolLimits Default { get; } = new();

    /// <summary>The same for a client whose CONNECT declares no support for headers.</summary>
    public static ProtocolLimits WithoutHeaders { get; } = new() { AcceptHeaders = false };

    /// <summary>
    /// Until a server has answered the first PING: together with the copies that a growing buffer makes, less than 2 MiB are held. No message
    /// can be expected yet, and an INFO of that size names thousands of servers.
    /// </summary>
    public static ProtocolLimits Handshake { get; } = new() { MaxInfo = 256 * 1024, MaxMessage = 64 * 1024 };

    /// <summary>Bytes of one control line without its line end; for a client operation the bytes after the verb.</summary>
    public int MaxControlLine { get; init; } = 64 * 1024;

    /// <summary>Bytes of one INFO line.</summary>
    public int MaxInfo { get; init; } = 1024 * 1024;

    /// <summary>
    /// Bytes of a header block that <see cref="HeaderCodec"/> decodes. Not a limit of the readers: any publisher may send a
    /// larger one, and that must cost this message and not the connection.
    /// </summary>
    public int MaxHeaderBlock { get; init; } = 1024 * 1024;

    /// <summary>Bytes of headers and payload together.</summary>
    public int MaxMessage { get; init; } = 64 * 1024 * 1024;

    /// <summary>False when CONNECT has headers:false; an HMSG is then a violation.</summary>
    public bool AcceptHeaders { get; init; } = true;
}
