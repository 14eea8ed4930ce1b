namespace Earshot.JetStream;

/// <summary>The exception that is thrown when a status of the server ends a read.</summary>
public class NatsJSProtocolException : NatsJSException
{
    /// <summary>Initializes the exception with the status of the server.</summary>
    /// <param name="headerCode">The code of the status.</param>
    /// <param name="headerMessage">The text of the status, if it is a defined one.</param>
    /// <param name="headerMessageText">The text of the status.</param>
    public NatsJSProtocolException(int headerCode, NatsHeaders.Messages headerMessage, string headerMessageText)
        : this($"The server ended the read with the status {headerCode} {headerMessageText}.", headerCode, headerMessage, headerMessageText)
    {
    }

    internal NatsJSProtocolException(string message, int headerCode, NatsHeaders.Messages headerMessage, string headerMessageText)
        : base(message) => (HeaderCode, HeaderMessage, HeaderMessageText) = (headerCode, headerMessage, headerMessageText);

    /// <summary>The code of the status; 0 when the read was not ended by a status.</summary>
    public int HeaderCode { get; }

    /// <summary>The text of the status, if it is a defined one.</summary>
    public NatsHeaders.Messages HeaderMessage { get; }

    /// <summary>The text of the status.</summary>
    public string HeaderMessageText { get; }
}
