namespace Earshot;

/// <summary>The operation that a permission error refers to.</summary>
public enum NatsPermissionOperation
{
    /// <summary>A publish to the subject.</summary>
    Publish,

    /// <summary>A subscription to the subject.</summary>
    Subscribe,

    /// <summary>A publish with the subject as reply subject.</summary>
    PublishReply,
}
