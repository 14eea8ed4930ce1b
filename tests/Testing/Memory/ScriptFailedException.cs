namespace Earshot.Testing;

/// <summary>The client did not do what a script expects; the message holds the whole conversation.</summary>
internal sealed class ScriptFailedException(string message, string transcript, Exception? inner = null)
    : Exception($"{message}{Environment.NewLine}--- conversation ---{Environment.NewLine}{transcript}", inner);
