namespace Earshot.Fleet.Collecting;

/// <summary>What a collector knows of a server.</summary>
internal enum RosterState
{
    /// <summary>It answers.</summary>
    Up,
    /// <summary>It is in lame duck mode, in which it reports nothing and answers nothing.</summary>
    LameDuck,
    /// <summary>It has reported its end.</summary>
    Stopped,
    /// <summary>It does not answer, and has announced nothing.</summary>
    Silent,
    /// <summary>It does not answer, and another server has its name.</summary>
    Replaced,
}
