namespace Earshot.Simulation.Streams;

/// <summary>What an application does with JetStream in addition to its reads.</summary>
internal enum StreamCall
{
    /// <summary>Publishes a message with a message id.</summary>
    PublishWithId,

    /// <summary>Publishes a message without a message id.</summary>
    Publish,

    /// <summary>Publishes several messages with a limited number in flight.</summary>
    PublishMany,

    /// <summary>Increments a counter by compare-and-set.</summary>
    Increment,

    /// <summary>Writes or deletes a key.</summary>
    ChangeKey,

    /// <summary>Creates a stream.</summary>
    Create,

    /// <summary>Deletes a stream.</summary>
    Delete,

    /// <summary>Reads the info of a stream.</summary>
    Info,

    /// <summary>Lists the streams.</summary>
    List,
}
