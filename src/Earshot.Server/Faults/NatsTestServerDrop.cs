namespace Earshot;

/// <summary>How a connection is cut.</summary>
public enum NatsTestServerDrop
{
    /// <summary>In order: the client reads the end of the stream.</summary>
    Fin,

    /// <summary>With a reset: the client's next read or write fails. In memory: the read fails.</summary>
    Reset,

    /// <summary>In order, but in the middle of a message.</summary>
    MidFrame,
}
