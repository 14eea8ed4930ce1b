namespace Earshot.JetStream;

/// <summary>A status of the server ended a read.</summary>
public class NatsJSProtocolException : NatsJSException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="headerCode">Code of the status.</param>
    /// <param name="headerMessage">Its text, if it is a known one.</param>
    /// <param name="headerMessageText">Its text.</param>
    public NatsJSProtocolException(int headerCode, NatsHeaders.Messages headerMessage, string headerMessageText)
        : this($"The server ended the read with the status {headerCode} {headerMessageText}.", headerCode, headerMessage, headerMessageText)
    {
    }

    internal NatsJSProtocolException(string message, int headerCode, NatsHeaders.Messages headerMessage, string headerMessageText)
        : base(message) => (HeaderCode, HeaderMessage, HeaderMessageText) = (headerCode, headerMessage, headerMessageText);

    /// <summary>Code of the status; 0: the server said it in another way.</summary>
    public int HeaderCode { get; }

    /// <summary>Text of the status, if it is a known one.</summary>
    public NatsHeaders.Messages HeaderMessage { get; }

    /// <summary>Text of the status.</summary>
    public string HeaderMessageText { get; }
}
