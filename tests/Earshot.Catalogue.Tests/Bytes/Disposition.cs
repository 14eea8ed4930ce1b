namespace Earshot.Catalogue.Tests.Bytes;

/// <summary>How bytes of a server are treated; the letters are those of the specification.</summary>
internal enum Disposition
{
    /// <summary>A: processed, without a warning.</summary>
    Accepted,

    /// <summary>W: ignored, or processed in part, with a warning; the session continues.</summary>
    Warned,

    /// <summary>M: one message is delivered with an error, or dropped and counted; the session continues.</summary>
    MessageError,

    /// <summary>X: what precedes the violation is delivered, the session ends, and the connection reconnects.</summary>
    ProtocolError,

    /// <summary>H: the attempt to connect fails, and the next server is tried.</summary>
    HandshakeFailure,
}
