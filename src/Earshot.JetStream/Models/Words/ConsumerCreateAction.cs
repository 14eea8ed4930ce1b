namespace Earshot.JetStream;

/// <summary>Specifies whether a consumer may be created, updated or both (since server 2.10).</summary>
public enum ConsumerCreateAction
{
    /// <summary>Creates the consumer, or updates it when it exists.</summary>
    CreateOrUpdate = 0,

    /// <summary>Creates the consumer. Fails when it exists with another configuration.</summary>
    Create = 1,

    /// <summary>Updates the consumer. Fails when it does not exist.</summary>
    Update = 2,
}
