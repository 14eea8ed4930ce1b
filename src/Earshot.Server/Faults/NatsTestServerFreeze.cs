namespace Earshot;

/// <summary>Which direction of a connection stands still.</summary>
[Flags]
public enum NatsTestServerFreeze
{
    /// <summary>The server reads nothing, so it answers nothing either.</summary>
    Reading = 1,

    /// <summary>The server reads and sends nothing: no PONG, no message.</summary>
    Writing = 2,

    /// <summary>Neither, as when the process is stopped.</summary>
    All = Reading | Writing,
}
