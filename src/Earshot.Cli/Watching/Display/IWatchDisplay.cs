namespace Earshot.Cli.Watching;

/// <summary>Shows events as they come. Thread-safe.</summary>
internal interface IWatchDisplay
{
    /// <summary>Shows an event, if it is selected.</summary>
    /// <param name="connection">The index of its connection.</param>
    /// <param name="e">The event.</param>
    void Show(int connection, NatsConnectionEvent e);

    /// <summary>Shows a notice of the tool itself.</summary>
    /// <param name="what">What it is about, one word.</param>
    /// <param name="text">One line; it may be text of a program or a server.</param>
    void Note(string what, string text);

    /// <summary>Keeps what is shown up to date.</summary>
    /// <param name="stop">Ends it without an exception; the task completes when the terminal is as before.</param>
    Task RunAsync(CancellationToken stop);
}
