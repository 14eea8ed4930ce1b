using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>An enumeration of messages which measures for how long each one is handled, and cannot know whether that succeeded.</summary>
[ForExtensions]
internal interface IHandledMessages
{
    /// <summary>The handling of the current message failed.</summary>
    void Failed(Exception exception);
}
