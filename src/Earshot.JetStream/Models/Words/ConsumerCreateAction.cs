namespace Earshot.JetStream;

/// <summary>What creating a consumer may do (since 2.10).</summary>
public enum ConsumerCreateAction
{
    /// <summary>Create it or update it.</summary>
    CreateOrUpdate = 0,

    /// <summary>Create it; an error when it exists with another configuration.</summary>
    Create = 1,

    /// <summary>Update it; an error when it does not exist.</summary>
    Update = 2,
}
