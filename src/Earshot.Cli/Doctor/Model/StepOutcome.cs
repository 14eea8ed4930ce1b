namespace Earshot.Cli.Doctor;

/// <summary>How a step ended.</summary>
internal enum StepOutcome
{
    /// <summary>It succeeded.</summary>
    Ok,

    /// <summary>It shows something to change that does not prevent the connection.</summary>
    Warning,

    /// <summary>It ends the examination.</summary>
    Failed,

    /// <summary>The answer cannot be known from here.</summary>
    Unknown,

    /// <summary>It has not ended; only while the examination is in progress.</summary>
    Running,
}
