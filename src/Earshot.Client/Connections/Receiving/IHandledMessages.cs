using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>An enumeration of messages which measures for how long each one is handled, and cannot know whether that succeeded.</summary>
[ForExtensions]
internal interface IHandledMessages
{
    /// <summary>The handling of the current message failed.</summary>
    /// <param name="errorType">The kind of the error, for example the name of the type of an exception.</param>
    void Failed(string errorType);
}
