namespace Earshot;

/// <summary>The direction of a connection that is stopped.</summary>
[Flags]
public enum NatsTestServerFreeze
{
    /// <summary>The server reads nothing, and therefore responds to nothing.</summary>
    Reading = 1,

    /// <summary>The server reads but sends nothing: no PONG, no message.</summary>
    Writing = 2,

    /// <summary>Both directions, as when the process is suspended.</summary>
    All = Reading | Writing,
}
