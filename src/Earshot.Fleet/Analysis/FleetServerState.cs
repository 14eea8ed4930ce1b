namespace Earshot.Fleet;

/// <summary>The last known state of a server.</summary>
public enum FleetServerState
{
    /// <summary>It runs, as far as is known.</summary>
    Up,
    /// <summary>It is in lame duck mode, in which it reports nothing.</summary>
    LameDuck,
    /// <summary>It has stopped or died.</summary>
    Stopped,
    /// <summary>It does not answer.</summary>
    Silent,
    /// <summary>Another server has its name now.</summary>
    Replaced,
}
