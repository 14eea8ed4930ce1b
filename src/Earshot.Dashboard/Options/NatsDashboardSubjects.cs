namespace Earshot.Dashboard;

/// <summary>What the dashboard does with the subjects of messages in events.</summary>
public enum NatsDashboardSubjects
{
    /// <summary>Subjects are shown as they are.</summary>
    Keep,
    /// <summary>Each subject becomes a short hash, so that equal subjects remain recognizable. A subject that can be guessed can be found from its hash.</summary>
    Hash,
    /// <summary>Subjects are not shown.</summary>
    Drop,
}
