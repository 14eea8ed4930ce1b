namespace Earshot;

/// <summary>How a connection is closed by a fault.</summary>
public enum NatsTestServerDrop
{
    /// <summary>Gracefully: the client reads the end of the stream.</summary>
    Fin,

    /// <summary>With a reset: the client's next read or write fails. In memory, the read fails.</summary>
    Reset,

    /// <summary>Gracefully, but in the middle of a message.</summary>
    MidFrame,
}
