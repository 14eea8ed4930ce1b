namespace Earshot.Cli.Demo;

/// <summary>How the demo is shown; and by which servers; what happens in it is the same with every choice.</summary>
internal sealed record DemoOptions
{
    /// <summary>Real nats-servers instead of those in this process; script and expected events are the same.</summary>
    internal bool Real { get; init; }

    /// <summary>The journal goes to the standard output as JSON lines, and what is for people to the standard error.</summary>
    internal bool Json { get; init; }

    /// <summary>Also print events of severity trace and debug.</summary>
    internal bool Verbose { get; init; }

    /// <summary>The pause after an act, so that a person can read; zero for none.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1.8);

    /// <summary>How long a step, and then each event expected of it, may take.</summary>
    internal TimeSpan WaitLimit { get; init; } = TimeSpan.FromSeconds(30);
}
