namespace Earshot;

/// <summary>How a connection is cut.</summary>
public enum NatsDrop
{
    /// <summary>In order: the client reads the end of the stream.</summary>
    Fin,

    /// <summary>With a reset: the client's next read or write fails. In memory: the read fails.</summary>
    Reset,

    /// <summary>In order, but in the middle of a message.</summary>
    MidFrame,
}

/// <summary>Which direction of a connection stands still.</summary>
[Flags]
public enum NatsFreeze
{
    /// <summary>The server reads nothing, so it answers nothing either.</summary>
    Reading = 1,

    /// <summary>The server reads and sends nothing: no PONG, no message.</summary>
    Writing = 2,

    /// <summary>Neither, as when the process is stopped.</summary>
    All = Reading | Writing,
}
