namespace Earshot;

/// <summary>What a permission error is about.</summary>
public enum NatsPermissionOperation
{
    /// <summary>Publishing to the subject.</summary>
    Publish,

    /// <summary>Subscribing to the subject.</summary>
    Subscribe,

    /// <summary>Publishing with the subject as reply.</summary>
    PublishReply,
}
