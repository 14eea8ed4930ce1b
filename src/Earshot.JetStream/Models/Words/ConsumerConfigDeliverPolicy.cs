namespace Earshot.JetStream;

/// <summary>Where a consumer begins.</summary>
public enum ConsumerConfigDeliverPolicy
{
    /// <summary>A word of a newer server; it is kept and sent back.</summary>
    Unknown = -1,

    /// <summary>At the first message.</summary>
    All = 0,

    /// <summary>At the last message.</summary>
    Last = 1,

    /// <summary>With messages stored from now on.</summary>
    New = 2,

    /// <summary>At a sequence.</summary>
    ByStartSequence = 3,

    /// <summary>At a time.</summary>
    ByStartTime = 4,

    /// <summary>With the last message of each subject.</summary>
    LastPerSubject = 5,
}
